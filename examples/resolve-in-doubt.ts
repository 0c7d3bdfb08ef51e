// Asks a person about every payout that nobody but a person can settle, and writes the answer down.
import { createInterface } from 'node:readline/promises';
import { DecisionRefused, PayoutsClient } from 'temporal-payouts';

const payouts = await PayoutsClient.connect();
const terminal = createInterface(process.stdin, process.stdout);
// Answers may come before they are asked for, as from a file.
const answers = terminal[Symbol.asyncIterator]();
const ask = async (question: string): Promise<string> => {
  process.stdout.write(question);
  return String((await answers.next()).value ?? '').trim();
};
try {
  for (const { reference, provider, evidence } of await payouts.list({ status: 'in_doubt', waitingFor: 'person' })) {
    console.log(`${reference}: ${evidence}`);
    const word = await ask(`Does ${provider} itself show the payment? (yes, no, or nothing to leave it) `);
    if (word !== 'yes' && word !== 'no') continue;
    const seen = await ask('Where did you look, and what did it say? ');
    const message = { paid: word === 'yes', by: process.env['USER'] || 'somebody', evidence: seen };
    // `payAgain: true` beside `paid: false` pays it once more: the one word that can pay twice.
    const { status } = await payouts.getHandle(reference).resolve(message);
    console.log(`${reference}: ${status}`);
  }
} catch (error) {
  // The records show otherwise, or may still change by themselves.
  if (!(error instanceof DecisionRefused)) throw error;
  console.log(error.message);
} finally {
  terminal.close();
  await payouts.close();
}
