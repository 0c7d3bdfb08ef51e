export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.js';
export { sandboxFactories } from './registry.js';
export { startControl, type SandboxControl } from './control.js';
export { deliverWebhooks } from './deliver-webhooks.js';
export { FaultSpecError, type FaultInput } from './fault-spec.js';
export type { FaultPlan } from './faults.js';
export type { LoggedRequest } from './request-log.js';
export type { Payment } from './provider.js';
