export { startTestPayouts, type TestPayouts, type TestPayoutsOptions, type TestServer } from './start-test-payouts.js';
export { DisagreementError } from './expect-agreement.js';
export { NotInstalledError } from '../dev/not-installed-error.js';
