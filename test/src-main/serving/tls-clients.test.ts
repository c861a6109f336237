/** Two machines' worth of clients over TLS: processes of their own that trust the certificate they were given, and no other. */

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';
import { makeCertificate } from '../../../src-main/serving/certificates.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { goldenPath } from '../../native-models/goldens.ts';
import { openGolden } from '../../native-models/goldens/golden.ts';
import { serveGolden, token } from './served.ts';

const machine = fileURLToPath(new URL('tls-machine.ts', import.meta.url));

test('each gets its own answers, and a stranger to the certificate none', async () => {
  const tls = await makeCertificate(new Date(), []);
  const folder = temporaryDirectory();
  mkdirSync(folder, { recursive: true });
  const trusted = join(folder, 'usumaku.pem');
  writeFileSync(trusted, tls.certificate);
  const served = await serveGolden(undefined, tls);
  onTestFinished(() => served.close());
  expect(served.url).toMatch(/^https:/);
  const { reference } = await openGolden('llama');
  const prompt = JSON.stringify(reference.greedy_prompt_ids);
  const ask = async (model: string, ca?: string): Promise<string[]> => {
    const env = { ...process.env, ...(ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: ca }) };
    const { stdout } = await promisify(execFile)(process.execPath, [machine, served.url, token, model, prompt], {
      env,
    });
    return JSON.parse(stdout) as string[];
  };
  const [base, adapted] = await Promise.all([ask('llama', trusted), ask('final', trusted)]);
  const tokenizer = await openTokenizer(goldenPath('llama'));
  expect(new Set(base)).toEqual(new Set([await tokenizer.decode(reference.greedy_ids)]));
  expect(new Set(adapted).size).toBe(1);
  expect(adapted[0]).not.toBe(base[0]);
  await expect(ask('llama')).rejects.toThrow(/self-signed certificate/);
});
