/** Several departments in one data folder: each begins empty, and every window stays with its own. */

import { expect, test } from './app/test.ts';
import type { AppWindow } from './app/window.ts';

const first = { question: 'Where is the crane key?', answer: 'In cabinet 4, top shelf.' };
const second = { question: 'Who checks the press?', answer: 'The shift leader, at six.' };

test.describe('departments', () => {
  test.use({ language: 'en' });

  test('a new one begins empty, stays after a reload, and two windows see their own', async ({ window, texts }) => {
    await window.request('project.loadSample', { language: 'en' });
    await window.request('examples.add', first);
    await window.go('collect');
    await expect(exampleIn(window, first.answer)).toBeVisible();

    await openDepartments(window);
    await window.page.getByLabel(texts.say('departments.name')).fill('Maintenance');
    await window.press(texts.say('departments.create'));
    await expect(window.page.getByRole('heading', { name: texts.say('collect.emptyTitle') })).toBeVisible();
    await expect(shown(window)).toHaveText(/Maintenance/);
    await window.page.reload();
    await expect(shown(window)).toHaveText(/Maintenance/);
    await window.go('setup');
    await expect(window.page.getByLabel(texts.say('plant.department'), { exact: true })).toHaveValue('Maintenance');

    // A new window begins with the department chosen last; the keyboard alone leads to the other one.
    await window.go('collect');
    const other = await window.another();
    await expect(shown(other)).toHaveText(/Maintenance/);
    await openDepartments(other);
    await other.page.getByRole('dialog').getByRole('button', { name: 'Press shop' }).first().press('Enter');
    await expect(exampleIn(other, first.answer)).toBeVisible();
    await expect(shown(other)).toHaveText(/Press shop/);

    await add(window, second);
    await expect(exampleIn(window, second.answer)).toBeVisible();
    await add(other, { question: 'What is the oil?', answer: 'ISO VG 46.' });
    await expect(exampleIn(other, 'ISO VG 46.')).toBeVisible();
    await expect(exampleIn(other, second.answer)).toBeHidden();
    await expect(window.page.getByRole('row')).toHaveCount(2);
    await window.page.reload();
    await expect(exampleIn(window, second.answer)).toBeVisible();
    await expect(window.page.getByRole('row')).toHaveCount(2);
  });

  test('one is archived with its data, its window is told, and it comes back', async ({ window, texts }) => {
    await window.request('project.loadSample', { language: 'en' });
    const { id } = await window.request('projects.create', { name: 'Maintenance' });
    const other = await window.another();
    await openDepartments(other);
    const dialog = other.page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Maintenance/ }).click();
    await expect(shown(other)).toHaveText(/Maintenance/);

    await openDepartments(window);
    await window.press(texts.say('departments.archiveLabel', { name: 'Maintenance' }));
    await window.press(texts.say('departments.archiveNow'));
    await expect(window.page.getByText(texts.say('departments.archived', { count: 1 }))).toBeVisible();
    await expect(other.problem.first()).toHaveText(texts.error('project-archived', { department: 'Maintenance' }));
    await other.page.getByText(texts.say('departments.archived', { count: 1 })).click();
    await other.press(texts.say('departments.restoreLabel', { name: 'Maintenance' }));
    await expect(other.page.getByRole('heading', { level: 1 })).toBeVisible();
    expect((await window.request('projects.list', {})).find((each) => each.id === id)).toMatchObject({ state: 'open' });
  });
});

const shown = ({ page, texts }: AppWindow) =>
  page.getByRole('banner').getByRole('button', { name: texts.like('departments.choose') });

const exampleIn = ({ page }: AppWindow, answer: string) => page.getByRole('cell', { name: answer });

async function openDepartments(window: AppWindow): Promise<void> {
  await shown(window).click();
  await expect(window.page.getByRole('dialog', { name: window.texts.say('departments.title') })).toBeVisible();
}

async function add({ page, texts }: AppWindow, { question, answer }: typeof first): Promise<void> {
  await page.getByLabel(texts.say('example.question'), { exact: true }).fill(question);
  await page.getByLabel(texts.say('example.answer'), { exact: true }).fill(answer);
  await page.getByRole('button', { name: texts.say('add.add'), exact: true }).click();
}
