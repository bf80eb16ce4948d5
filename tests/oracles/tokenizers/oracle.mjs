// Encodes texts with the reference implementation (Rust) and with Hugging Face's own in JavaScript, and decodes what the reference gave.
// In: JSON [{"folder": "...", "texts": [...], "javascript": true}] in the file named first. Out: JSON in the file named second, an object for each entry:
// {"ids": [[...]], "plain": [[...]], "texts": [...], "skipped": [...], "javascript": [[...]]} or {"error": "..."}; plain is without special tokens.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const rust = require("@anush008/tokenizers");
const { Tokenizer } = require("@huggingface/tokenizers");

async function reference(json, texts) {
  const tokenizer = rust.Tokenizer.fromString(json);
  const result = { ids: [], plain: [], texts: [], skipped: [] };
  for (const text of texts) {
    const ids = (await tokenizer.encode(text, null, { addSpecialTokens: true })).getIds();
    result.ids.push(ids);
    result.plain.push((await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds());
    result.texts.push(ids.length ? await tokenizer.decode(ids, false) : "");
    result.skipped.push(ids.length ? await tokenizer.decode(ids, true) : "");
  }
  return result;
}

function javascript(json, config, texts) {
  const tokenizer = new Tokenizer(JSON.parse(json), config);
  return texts.map(text => tokenizer.encode(text, { add_special_tokens: false }).ids);
}

const [requests, answers] = process.argv.slice(2);
const results = [];
for (const { folder, texts, javascript: both } of JSON.parse(fs.readFileSync(requests, "utf8"))) {
  try {
    const json = fs.readFileSync(path.join(folder, "tokenizer.json"), "utf8");
    const result = await reference(json, texts);
    const config = path.join(folder, "tokenizer_config.json");
    if (both)
      result.javascript = javascript(json, fs.existsSync(config) ? JSON.parse(fs.readFileSync(config, "utf8")) : {}, texts);
    results.push(result);
  } catch (error) {
    results.push({ error: String(error) });
  }
}
fs.writeFileSync(answers, JSON.stringify(results));
