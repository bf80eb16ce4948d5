// Greedy decoding by llama.cpp: reads {model, threads, tokens, repeats, prompts: [[id]]} from standard input,
// prints {tokens: [[id]], seconds: [...]}: from the moment every row has its first token to the last token of all.
// With prompt: "text", also the ids that llama.cpp gives the text.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { model: modelPath, threads, tokens, repeats, prompts, prompt } = JSON.parse(text);
const rows = prompts.length;

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: threads, progressLogs: false });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const length = Math.max(...prompts.map((prompt) => prompt.length)) + tokens + 8;
const context = await model.createContext({
  sequences: rows, contextSize: length, batchSize: Math.max(512, rows * prompts[0].length), threads, flashAttention: false,
});

const sequences = prompts.map(() => context.getSequence());

async function decode() {
  let started = 0, first = 0;
  for (const sequence of sequences) await sequence.clearHistory();
  const results = await Promise.all(prompts.map(async (prompt, row) => {
    const ids = [];
    for await (const id of sequences[row].evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
      ids.push(Number(id));
      if (ids.length === 1 && ++started === rows) first = performance.now();
      if (ids.length === tokens) break;
    }
    return ids;
  }));
  const seconds = (performance.now() - first) / 1000;
  return { results, seconds };
}

await decode(); // warm-up
const seconds = [];
let results;
for (let repeat = 0; repeat < repeats; repeat++) {
  const run = await decode();
  results = run.results;
  seconds.push(run.seconds);
}
// As a text begins: with the model's first token, where it wants one.
const encoded = prompt === undefined ? undefined
  : [...(model.tokens.shouldPrependBosToken ? [model.tokens.bos] : []), ...model.tokenize(prompt, false)].map(Number);
console.log(JSON.stringify({ tokens: results, seconds, prompt: encoded }));
process.exit(0);
