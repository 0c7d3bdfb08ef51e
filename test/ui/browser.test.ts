import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../cli/run-here.js';
import { findBrowser, tellThereIsNone } from './find-browser.js';
import { startMadeUpPayouts } from './made-up-payouts.js';
import { inOneLine, pathOf, payoutPage } from './payout-page.js';
import { takePicture, takePictureOfList } from './pictures.js';
import { startWithUi, type StackWithUi } from './start-with-ui.js';

const browserPath = await findBrowser();
if (browserPath === undefined) tellThereIsNone();

/** Real payouts in the real UI, by a real browser. One stack for all, and one page that goes from test to test, as a person does. */
describe.skipIf(browserPath === undefined)('in the Temporal UI', { timeout: 120_000 }, () => {
  let stack: StackWithUi;
  let made: Awaited<ReturnType<typeof startMadeUpPayouts>>;
  let page: Page;
  beforeAll(async () => {
    stack = await startWithUi(browserPath as string);
    made = await startMadeUpPayouts(stack);
    page = await stack.browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(40_000);
  });
  afterAll(() => stack?.stop());

  const list = async (query: string): Promise<void> => {
    await page.goto(`${stack.uiUrl}/namespaces/default/workflows?query=${encodeURIComponent(query)}`);
  };
  const openByAddress = async (reference: string) => {
    await page.goto(stack.uiUrl + pathOf(reference));
    return payoutPage(page);
  };

  it('a payout is found by its status, and its page says where it stands to a person who knows nothing else', async () => {
    const { reference, scheduledAt } = made.bySignal;
    await list('PayoutStatus = "ready" AND PayoutWaitingFor = "date"');
    const link = page.getByRole('link', { name: `payout/${reference}`, exact: true });
    await link.waitFor();
    expect(await page.getByRole('link', { name: /^payout\// }).count()).toBe(5);
    await link.click();

    const ui = payoutPage(page);
    const { summary, details, currentDetails } = await ui.readMetadata();
    expect(summary).toBe('50.00 USD through respondent');
    expect(details).toContain(`The reference ${reference} stands for one payment, for ever.`);
    const instant = `${(scheduledAt as string).slice(0, 10)} 09:00:00 UTC`;
    for (const said of [
      'ready. Set up, not paid yet; it can still be canceled.',
      'amount 50.00 USD',
      'waits for its date',
      `can be canceled until ${instant}`,
      `next step ${instant}: asks the provider to pay, if nothing stands against it`,
      'requests to pay none',
    ])
      expect(inOneLine(currentDetails)).toContain(said);
    await takePicture(page, 'payout');
    expect(await ui.ask('state')).toContain('"waitingFor": "date"');
  });

  it('is canceled by the signal `cancel`, sent from the dialog of the UI: nothing is paid', async () => {
    const { reference } = made.bySignal;
    const ui = payoutPage(page);
    await ui.sendSignal('cancel', '{"by":"ada","reason":"left the study"}', {
      beforeSubmit: () => takePicture(page, 'cancel'),
    });
    expect((await stack.until(reference, { status: 'canceled' })).evidence).toBe(
      'canceled by ada before anything was sent',
    );
    expect(stack.payments(made.bySignal)).toEqual([]);
    await stack.expectAgreement(reference);
    await ui.untilDetailsSay('canceled. Nothing is paid.');
    await ui.untilDetailsSay('signal cancel canceled');
    await takePicture(page, 'canceled');
  });

  it('is canceled by the signal `cancel` without any input, and by the button Request Cancellation', async () => {
    await (await openByAddress(made.withoutInput.reference)).sendSignal('cancel', '');
    await (await openByAddress(made.byButton.reference)).requestCancellation();
    for (const request of [made.withoutInput, made.byButton]) {
      await stack.until(request.reference, { status: 'canceled' });
      expect(stack.payments(request)).toEqual([]);
    }
    await stack.expectAgreement(made.withoutInput.reference, made.byButton.reference);
  });

  it('takes an input of a wrong form or encoding without harm, and says so on its page', async () => {
    const { reference } = made.wrongInput;
    const ui = await openByAddress(reference);
    await ui.sendSignal('reschedule', '{"when":"tomorrow"}', { encoding: 'json/protobuf' });
    await ui.untilDetailsSay('signal reschedule refused: scheduledAt: is missing');
    expect(await stack.show(reference)).toMatchObject({ status: 'ready', waitingFor: 'date' });
    await ui.sendSignal('cancel', '["by", {"reason": 3}]', { encoding: 'json/protobuf' });
    await stack.until(reference, { status: 'canceled' });
    await stack.expectAgreement(reference);
  });

  it('a doubt is resolved by the update `resolve`, which answers there', async () => {
    await takePictureOfList(page, () => list('WorkflowType = "payout"'));
    await list('PayoutStatus = "in_doubt"');
    await page.getByRole('link', { name: `payout/${made.inDoubt.reference}`, exact: true }).click();
    const ui = payoutPage(page);
    await ui.untilDetailsSay('a person who looks at the provider');
    await takePicture(page, 'in-doubt');
    expect(await ui.sendUpdate('resolve', '{"paid":false}')).toContain('by: is missing');
    await page.keyboard.press('Escape');
    await ui.sendUpdate('resolve', '{"paid":false,"by":"ada","evidence":"no bonus after a day"}');
    await stack.until(made.inDoubt.reference, { status: 'error' });
    await stack.expectAgreement();
  });

  it('a page is opened by the address that `payouts show` prints', async () => {
    const env = { ...stack.env, PAYOUTS_UI_URL: `${stack.uiUrl}/` };
    const { stdout } = await runHere(['show', made.sent.reference], { env });
    const [, address = ''] = /^page +(\S+)$/m.exec(stdout) ?? [];
    await page.goto(address);
    await page.getByRole('heading', { name: `payout/${made.sent.reference}` }).waitFor();
    const ui = payoutPage(page);
    await ui.untilDetailsSay('sent. It was paid');
  });
});
