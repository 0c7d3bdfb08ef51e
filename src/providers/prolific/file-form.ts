import type { FileForm } from '../file-form.js';

/**
 * Prolific's own form for bonuses: an id and an amount in major units on each line. Prolific takes the id of a participant or of a
 * submission there. A header may say which; `id` alone is looked for as a participant first (see `find-submission.ts`).
 */
export const bonusForm: FileForm = {
  columns: {
    id: 'participantId',
    participant_id: 'participantId',
    submission_id: 'submissionId',
    amount: 'amount',
  },
  withoutHeader: ['id', 'amount'],
  study: 'studyId',
};
