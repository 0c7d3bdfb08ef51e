import type { Locator, Page } from 'playwright-core';
import { until } from '../support/until.js';

/** One payout's page in the Temporal UI, used by what a person sees of it. */
export interface PayoutPage {
  /** The texts that the tab _User Metadata_ shows, rendered. */
  readMetadata(): Promise<{ summary: string; details: string; currentDetails: string }>;
  /** Reads the current details again, as `R` does, until they say so. */
  untilDetailsSay(text: string): Promise<void>;
  /** What the query answers, as the tab _Queries_ shows it. */
  ask(query: string): Promise<string>;
  sendSignal(name: string, input: string, options?: SignalOptions): Promise<void>;
  /** Returns what the dialog says after it. */
  sendUpdate(name: string, input: string): Promise<string>;
  requestCancellation(): Promise<void>;
}

interface SignalOptions {
  readonly encoding?: 'json/protobuf';
  /** Called when the dialog is filled in. */
  readonly beforeSubmit?: () => Promise<void>;
}

export const pathOf = (reference: string): string =>
  `/namespaces/default/workflows/${encodeURIComponent(`payout/${reference}`)}`;

/** The page that the browser is at, or is on its way to. */
export function payoutPage(page: Page): PayoutPage {
  const dialog = page.locator('dialog[open]');

  return {
    async readMetadata() {
      await tab(page, 'User Metadata').click();
      // Each text is rendered in a frame of its own.
      await page.locator('iframe').nth(2).waitFor();
      const [summary, details, currentDetails] = await Promise.all([0, 1, 2].map((index) => readFrame(page, index)));
      return { summary, details, currentDetails } as Awaited<ReturnType<PayoutPage['readMetadata']>>;
    },

    async untilDetailsSay(text) {
      await tab(page, 'User Metadata').click();
      const frame = page.frameLocator('iframe').nth(2);
      await until(
        async () => {
          await page.keyboard.press('r');
          return frame.locator('body').innerText();
        },
        (shown) => inOneLine(shown).includes(text),
        () => `Current Details to say: ${text}`,
      );
    },

    async ask(query) {
      await tab(page, 'Queries').click();
      await page.getByTestId('query-select-button').click();
      await page.getByRole('option', { name: query }).click();
      await page.getByRole('button', { name: 'Run Query' }).click();
      const answer = page.locator('.cm-content').filter({ hasText: '"reference"' });
      await answer.waitFor();
      return answer.innerText();
    },

    async sendSignal(name, input, { encoding, beforeSubmit } = {}) {
      await moreActions(page, 'Send a Signal');
      await dialog.getByTestId('signal-select-button').click();
      await chooseOption(dialog, name);
      await write(page, dialog, input);
      if (encoding) await dialog.getByText(encoding).click();
      await beforeSubmit?.();
      await dialog.getByRole('button', { name: 'Submit' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },

    async sendUpdate(name, input) {
      await moreActions(page, 'Send an Update');
      await dialog.getByTestId('update-select-button').click();
      await chooseOption(dialog, name);
      await write(page, dialog, input);
      const asked = await dialog.innerText();
      await dialog.getByRole('button', { name: 'Submit' }).click();
      return until(
        async () => (await dialog.allInnerTexts()).join(''),
        (says) => says !== asked && !says.includes('In Progress'),
      );
    },

    async requestCancellation() {
      await page.getByRole('button', { name: 'Request Cancellation' }).click();
      await dialog.getByRole('button', { name: 'Confirm' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
  };
}

export const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name });

export const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

async function readFrame(page: Page, index: number): Promise<string> {
  const body = page.frameLocator('iframe').nth(index).locator('body');
  await body.filter({ hasText: /\w/ }).waitFor();
  return body.innerText();
}

async function moreActions(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Each option shows a name and, below it, its description. */
const chooseOption = (dialog: Locator, name: string): Promise<void> =>
  dialog
    .getByRole('option')
    .filter({ has: dialog.page().getByText(name, { exact: true }) })
    .click();

async function write(page: Page, dialog: Locator, input: string): Promise<void> {
  if (input === '') return;
  await dialog.locator('.cm-content').click();
  // At once: what is typed sign by sign is completed by the editor.
  await page.keyboard.insertText(input);
  // The editor sets it anew when it is left, and moves the button below it.
  await dialog.locator('.cm-content').blur();
}
