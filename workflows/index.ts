export { batch } from './batch.js';
export { group } from './group.js';
export { payout } from './payout.js';
export { sweep } from './sweep.js';
export { watch } from './watch.js';
