import { Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** Tells Temporal that this worker is alive, so that a dead one is noticed within seconds. A short step sends none. */
export const withHeartbeat =
  <Input, Output>(step: (input: Input) => Promise<Output>) =>
  async (input: Input): Promise<Output> => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), EVERY_MS);
    try {
      return await step(input);
    } finally {
      clearInterval(timer);
    }
  };
