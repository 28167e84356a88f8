// Parses Mermaid files with Mermaid itself; fails on the first that it refuses.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [tools, ...files] = process.argv.slice(2);
(async () => {
  const { JSDOM } = require(path.join(tools, "node_modules/jsdom"));
  const { window } = new JSDOM("");
  globalThis.window = window;
  globalThis.document = window.document;
  const { default: mermaid } = await import(pathToFileURL(path.join(tools, "node_modules/mermaid/dist/mermaid.core.mjs")));
  for (const file of files) await mermaid.parse(fs.readFileSync(file, "utf8"));
})().catch((error) => { console.error(error); process.exit(1); });
