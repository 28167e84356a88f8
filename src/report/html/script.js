"use strict";
(() => {
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
  // A link into something that is folded opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
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
      let left = 0;
      for (const row of rows) {
        const on = (!level || row.dataset.level === level) && (!rule || row.dataset.rule === rule)
          && row.dataset.file.toLowerCase().includes(file);
        row.hidden = !on;
        left += on ? 1 : 0;
      }
      form.querySelector("output").textContent = left === rows.length ? "" : left + " of " + rows.length;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
})();
