/** A machine of the plant in a process of its own: four clients that ask at once, in streams. Its arguments: url, token, model, prompt as ids. */

import OpenAI from 'openai';

const [url, apiKey, model, prompt] = process.argv.slice(2) as [string, string, string, string];
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });

async function ask(): Promise<string> {
  const stream = await client.completions.create({
    ...{ model, prompt: JSON.parse(prompt) as number[], max_tokens: 24, stream: true },
    ignore_eos: true,
  } as OpenAI.CompletionCreateParamsStreaming);
  let text = '';
  for await (const { choices } of stream) text += choices[0]?.text ?? '';
  return text;
}

try {
  process.stdout.write(JSON.stringify(await Promise.all([ask(), ask(), ask(), ask()])));
} catch (error) {
  const { message, cause } = error as Error;
  process.stderr.write(`${message}: ${String((cause as Error | undefined)?.cause ?? cause)}`);
  process.exitCode = 1;
}
