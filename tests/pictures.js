// Opens pages in Chromium as a reader would: in two sizes, dark and light, with and without JavaScript.
// Prints one line for each thing that is wrong; nothing where all is well.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [tools, ...pages] = process.argv.slice(2);
const { chromium } = require(path.join(tools, "node_modules/playwright-core"));
const axe = fs.readFileSync(path.join(tools, "node_modules/axe-core/axe.min.js"), "utf8");

const look = async (browser, page, width, height, colorScheme, javaScriptEnabled) => {
  const where = `${page} ${width}x${height} ${colorScheme}${javaScriptEnabled ? "" : " without JavaScript"}`;
  const wrong = (what) => console.log(`${where}: ${what}`);
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled });
  const tab = await context.newPage();
  const asked = [];
  tab.on("console", (message) => wrong(`console: ${message.text()}`));
  tab.on("pageerror", (error) => wrong(`error: ${error.message}`));
  tab.on("dialog", (dialog) => { wrong(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("request", (request) => asked.push(request.url()));
  await tab.goto(pathToFileURL(page).href);
  for (const id of ["verdict0", "map0", "coupling0", "inputs0", "files0", "plan0", "findings"]) {
    if (!await tab.locator(`#${id}`).isVisible()) wrong(`#${id} cannot be seen`);
  }
  const maps = await tab.locator("#map0 svg.treemap:visible").count();
  if (maps !== 1) wrong(`${maps} maps can be seen`);
  // The page's own policy would stop what is put in here, so this is a page of its own.
  const second = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
  const other = await second.newPage();
  await other.goto(pathToFileURL(page).href);
  const wide = await other.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) wrong(`${wide} px stick out`);
  if (javaScriptEnabled) {
    await other.evaluate(axe);
    const told = await other.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, impact, nodes } of told.violations.filter(({ impact }) => impact === "serious" || impact === "critical")) {
      wrong(`axe ${impact}: ${id} at ${nodes[0].target.join(" ")} and ${nodes.length - 1} more`);
    }
    const tile = tab.locator("#map0 svg.treemap:visible a").first();
    if (await tile.count() > 0) {
      await tile.click();
      if (!await tab.locator("dialog .l").first().isVisible()) wrong("a tile does not show its code");
      await tab.keyboard.press("Escape");
    }
  }
  if (asked.length !== 1) wrong(`asks for ${asked.slice(1).join(", ")}`);
  await context.close();
  await second.close();
};

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  for (const page of pages) {
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      for (const scheme of ["light", "dark"]) await look(browser, page, width, height, scheme, true);
    }
    await look(browser, page, 1440, 900, "light", false);
  }
  await browser.close();
})();
