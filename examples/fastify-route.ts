// Pays one from a route: POST /payouts with a request as its body. The caller may repeat it as often as it likes.
import fastify from 'fastify';
import { PayoutsClient, PayoutsError, type ErrorCode } from 'temporal-payouts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  InvalidRequest: 400,
  NotFound: 404,
  ReferenceConflict: 409,
  DecisionRefused: 409,
  ServerUnreachable: 503,
  LedgerUnreachable: 503,
};

const payouts = await PayoutsClient.connect();
const app = fastify();

app.post('/payouts', async ({ body }, reply) => {
  const { reference } = await payouts.start(body);
  return reply.code(202).send({ reference });
});

app.get<{ Params: { '*': string } }>('/payouts/*', ({ params }) => payouts.getHandle(params['*']).status());

app.setErrorHandler((error, _request, reply) =>
  error instanceof PayoutsError
    ? reply.code(STATUS[error.code] ?? 500).send({ code: error.code, message: error.message })
    : reply.send(error),
);
app.addHook('onClose', () => payouts.close());

console.log(await app.listen({ port: Number(process.env['PORT'] ?? 3000) }));
process.once('SIGTERM', () => void app.close());
