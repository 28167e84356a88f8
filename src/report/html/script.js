"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  // What a tile is, read out beside the pointer's own hint and for the keyboard.
  for (const map of document.querySelectorAll(".maps")) {
    const tip = map.nextElementSibling;
    const say = (event) => {
      const near = event.target.closest("a, rect.tile");
      const title = near && near.querySelector("title");
      tip.hidden = !title;
      tip.textContent = title ? title.textContent : "";
    };
    map.addEventListener("pointerover", say);
    map.addEventListener("focusin", say);
    map.addEventListener("pointerleave", () => { tip.hidden = true; });
    map.addEventListener("focusout", () => { tip.hidden = true; });
  }
  // A picture is one stop of the keyboard; arrows go from one link in it to the next.
  for (const picture of document.querySelectorAll("svg[role=group]")) {
    const links = [...picture.querySelectorAll("a")];
    links.forEach((link, at) => link.setAttribute("tabindex", at === 0 ? "0" : "-1"));
    picture.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const at = links.indexOf(event.target.closest("a"));
      if (!step || at < 0) return;
      event.preventDefault();
      const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
      links[at].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }
  // A tile shows its lines over the page.
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Code of a tile");
  document.body.append(dialog);
  const make = (name, text, parent) => {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  };
  const show = (link) => {
    const [, file, first] = /^#f(\d+)l(\d+)$/.exec(link.getAttribute("href")) || [];
    if (!first || !dialog.showModal) return false;
    dialog.replaceChildren();
    const bar = make("div", "", dialog);
    bar.className = "bar";
    make("span", link.querySelector("title").textContent, bar);
    const close = make("button", "Close", bar);
    close.addEventListener("click", () => dialog.close());
    const code = make("div", "", dialog);
    code.className = "code scroll";
    code.tabIndex = 0;
    const lines = make("pre", "", code);
    lines.style.counterReset = "line " + (first - 1);
    for (let at = Number(first); at <= Number(link.dataset.last); at += 1) {
      const line = byId("f" + file + "l" + at);
      if (!line) break;
      const copy = line.cloneNode(true);
      copy.removeAttribute("id");
      lines.append(copy);
    }
    const whole = make("p", "", dialog);
    const to = make("a", "The whole file", whole);
    to.href = link.getAttribute("href");
    to.addEventListener("click", () => dialog.close());
    whole.className = "whole";
    dialog.showModal();
    return true;
  };
  document.addEventListener("click", (event) => {
    const tile = event.target.closest(".treemap a");
    if (tile && !event.ctrlKey && !event.metaKey && !event.shiftKey && show(tile)) event.preventDefault();
    if (event.target === dialog) dialog.close();
    const state = event.target.closest("a.show");
    const radio = state && byId(state.dataset.state);
    if (radio) radio.checked = true;
  });
  // A link into something that is folded opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const folded = target.closest("details");
    if (folded && !folded.open) {
      folded.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();
  // The filter.
  const form = document.querySelector(".filter");
  const rows = [...document.querySelectorAll(".finding")];
  if (form && rows.length > 0) {
    form.hidden = false;
    const apply = () => {
      const level = form.elements.level.value;
      const rule = form.elements.rule.value;
      const file = form.elements.file.value.toLowerCase();
      const fresh = form.elements.new && form.elements.new.checked;
      let left = 0;
      for (const row of rows) {
        const on = (!level || row.dataset.level === level) && (!rule || row.dataset.rule === rule)
          && row.dataset.file.toLowerCase().includes(file) && (!fresh || "new" in row.dataset);
        row.hidden = !on;
        left += on ? 1 : 0;
      }
      form.querySelector("output").textContent = left === rows.length ? "" : left + " of " + rows.length;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
})();
