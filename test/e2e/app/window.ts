/** One window of the app, as a person uses it: by the words on the screen. */

import type { Locator, Page } from '@playwright/test';
import type { StepName } from '../../../src-main/contract/entities.ts';
import type { Reply, RequestInput, RequestName, RequestOutput } from '../../../src-main/contract/requests.ts';
import type { Texts } from './texts.ts';

export class AppWindow {
  readonly page: Page;
  readonly texts: Texts;
  /** Clicks so far: a newcomer's patience is counted. */
  clicks = 0;
  readonly #origin: string;

  constructor(page: Page, texts: Texts) {
    this.page = page;
    this.texts = texts;
    this.#origin = new URL(page.url()).origin;
  }

  /** The sentence under the screen's question. */
  get answer(): Locator {
    return this.page.getByRole('main').locator('p.answer');
  }

  get problem(): Locator {
    return this.page.getByRole('alert');
  }

  /** How far the training is, where one runs. */
  get progress(): Locator {
    return this.page.getByRole('progressbar', { name: this.texts.say('run.progress') });
  }

  /** What looks like a button, whether it acts or leads somewhere. */
  button(name: string | RegExp): Locator {
    const exact = typeof name === 'string';
    const inPage = this.page.getByRole('button', { name, exact }).or(this.page.getByRole('link', { name, exact }));
    return inPage.first();
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
    this.clicks += 1;
  }

  /** One of several: a radio button. */
  async choose(name: string): Promise<void> {
    await this.page.getByRole('radio', { name }).click();
    this.clicks += 1;
  }

  async go(step: StepName): Promise<void> {
    const rail = this.page.getByRole('navigation', { name: this.texts.say('shell.steps') });
    await rail.getByRole('link', { name: this.texts.say(`step.${step}`) }).click();
    this.clicks += 1;
  }

  /** Another window of the same browser, at the same screen. */
  async another(): Promise<AppWindow> {
    const page = await this.page.context().newPage();
    await page.goto(this.page.url());
    return new AppWindow(page, this.texts);
  }

  /** Asks the host what a screen cannot tell exactly; works while no page is open. @throws the error's code */
  async request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> {
    const response = await this.page.context().request.post(`${this.#origin}/api/${name}`, {
      data: input,
      headers: { origin: this.#origin },
    });
    const reply = (await response.json()) as Reply<Name>;
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value;
  }
}
