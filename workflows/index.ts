export { payout } from './payout.js';
export { sweep } from './sweep.js';
