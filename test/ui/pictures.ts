import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** `npm run screenshots`: the tests' own way through the UI makes the pictures of the documents. */
const folder = process.env['PAYOUTS_SCREENSHOTS'];

export async function takePicture(page: Page, name: string): Promise<void> {
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

/** With the columns that the document recommends, chosen as it says. */
export async function takePictureOfList(page: Page, open: () => Promise<void>): Promise<void> {
  if (!folder) return;
  await open();
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const name of ['Run ID', 'Type', 'Start', 'End']) await page.getByLabel(`Remove ${name} column`).click();
  for (const name of ['PayoutStatus', 'PayoutWaitingFor', 'PayoutScheduledAt'])
    await page.getByLabel(`Add ${name} column`).click();
  // The choice is kept by the browser.
  await page.reload();
  await page.getByRole('cell', { name: 'in_doubt' }).waitFor();
  await takePicture(page, 'list');
}
