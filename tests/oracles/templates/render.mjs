// Renders conversations with @huggingface/jinja. Reads a list of {template, variables} from a file, writes a list of {text} or {error} to another.
import { readFileSync, writeFileSync } from "node:fs";
import { Template } from "@huggingface/jinja";

const [, , questions, answers] = process.argv;
const rendered = JSON.parse(readFileSync(questions, "utf8")).map(({ template, variables }) => {
  try {
    return { text: new Template(template).render(variables) };
  } catch (fault) {
    return { error: String(fault.message) };
  }
});
writeFileSync(answers, JSON.stringify(rendered));
