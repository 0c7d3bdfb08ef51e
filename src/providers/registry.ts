import type { CommonRequest } from '../payout/request.js';
import { manifest } from './manifest/index.js';
import { prolific } from './prolific/index.js';
import type { Provider } from './provider.js';
import { respondent } from './respondent/index.js';

/** Every provider. A fourth is one folder and one line here. */
export const PROVIDERS = [manifest, prolific, respondent] as readonly unknown[] as readonly Provider<CommonRequest>[];

export const findProvider = (name: string): Provider<CommonRequest> | undefined =>
  PROVIDERS.find((provider) => provider.name === name);
