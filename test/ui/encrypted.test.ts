import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../cli/run-cli.js';
import { prolificRequest } from '../support/requests.js';
import { findBrowser, tellThereIsNone } from './find-browser.js';
import { inOneLine, pathOf, payoutPage, tab } from './payout-page.js';
import { startWithUi, type StackWithUi } from './start-with-ui.js';

const browserPath = await findBrowser();
if (browserPath === undefined) tellThereIsNone();

const KEYS = `k1:${randomBytes(32).toString('base64')}`;
/** Neither can stand in base64 by chance. */
const [PARTICIPANT, AMOUNT] = ['xyzzy-participant', '73.31 GBP'];
const request = prolificRequest({
  participantId: PARTICIPANT,
  amountMinor: 7331,
  currency: 'GBP',
  scheduledAt: '2099-01-01T09:00:00Z',
});

describe.skipIf(browserPath === undefined)('in the Temporal UI, an encrypted payout', { timeout: 60_000 }, () => {
  let stack: StackWithUi;
  let page: Page;
  const stops: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    stack = await startWithUi(browserPath as string, { PAYOUTS_ENCRYPTION_KEYS: KEYS });
    stops.push(() => stack.stop());
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    page = await stack.browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  const open = () => page.goto(stack.uiUrl + pathOf(request.reference));
  const shown = (text: string) => page.locator('.cm-content').filter({ hasText: text }).first();

  it('shows neither its amount nor whom it concerns to who has no codec server, wherever they look', async () => {
    const told = page.waitForResponse((response) => response.url().includes('/query/__temporal_workflow_metadata'));
    await open();
    const texts: string[] = [];
    const keep = async (): Promise<void> => {
      for (const frame of page.frames()) texts.push(await frame.locator('body').innerText());
    };
    await shown('encryption-key-id').waitFor();
    await page.getByText('Timer Started').waitFor();
    await keep();
    await tab(page, 'User Metadata').click();
    await (await told).finished();
    await page.getByText('Decoding failed').nth(1).waitFor();
    await page.frameLocator('iframe').getByText('No Current Details').waitFor();
    await keep();
    await tab(page, 'Memo').click();
    await shown('"fields"').waitFor();
    await keep();
    const seen = texts.join('\n');
    expect(seen).toContain(request.reference);
    expect([PARTICIPANT, AMOUNT, 'participantId', 'through prolific'].filter((text) => seen.includes(text))).toEqual(
      [],
    );
  });

  it('can be read with `payouts codec-server`, and nothing that names anybody is sent to the server of the UI', async () => {
    await useCodecServer(page, await startCodecServer());
    const asked: string[] = [];
    page.on('request', (one) => {
      if (one.url().startsWith(stack.uiUrl)) asked.push(`${decodeURIComponent(one.url())} ${one.postData() ?? ''}`);
    });
    await open();
    const input = shown(`"participantId": "${PARTICIPANT}"`);
    await input.waitFor();
    expect(await input.innerText()).toContain('"amountMinor": 7331');
    const { summary, currentDetails } = await payoutPage(page).readMetadata();
    expect(summary).toBe(`${AMOUNT} through prolific`);
    expect(inOneLine(currentDetails)).toContain(`amount ${AMOUNT}`);
    expect(asked.filter((one) => one.includes(AMOUNT)).length).toBeGreaterThan(0);
    expect(asked.filter((one) => one.includes(PARTICIPANT))).toEqual([]);
  });

  it('is canceled from there by a signal that is encrypted, too', async () => {
    await payoutPage(page).sendSignal('cancel', '{"by":"ada","reason":"left the study"}');
    expect((await stack.until(request.reference, { status: 'canceled' })).evidence).toContain('canceled by ada');
    const { events } = await stack.client.workflow.getHandle(`payout/${request.reference}`).fetchHistory();
    const [sent] = (events ?? []).flatMap(
      (event) => event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? [],
    );
    expect(Buffer.from(sent?.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
    await stack.expectAgreement();
  });

  async function startCodecServer(): Promise<string> {
    const { origin } = new URL(stack.uiUrl);
    const { child, seen, until, ended } = startCli(['codec-server', '--ui-origin', origin, '--port', '0', '--json'], {
      env: { PAYOUTS_ENCRYPTION_KEYS: KEYS },
    });
    stops.push(async () => {
      child.kill();
      await ended;
    });
    await until(() => seen().stdout.trimEnd().endsWith('}'));
    return (JSON.parse(seen().stdout) as { readonly address: string }).address;
  }
});

/** As the document says: by the glasses at the top right. */
async function useCodecServer(page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Configure Codec Server' }).click();
  await page.getByPlaceholder('Paste your endpoint here').fill(address);
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
}
