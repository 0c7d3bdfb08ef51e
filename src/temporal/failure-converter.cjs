// Errors as payloads: their messages and stacks are encrypted with the rest. Temporal loads this file by its path, in the worker by
// `require` and into the workflows' bundle, which is why it is no TypeScript.
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
