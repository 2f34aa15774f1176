/** The phases of all actions. Each action goes through some of them, in an order of its own. */
export const phases = [
  'planning',
  'loading',
  'catching_up',
  'verifying',
  'mending',
  'redriving',
  'restoring',
  'cloning',
  'copying',
  'deleting_sensitive',
  'expunging',
  'promoting',
  'deleting',
  'cancelling',
  'done',
] as const
export type Phase = (typeof phases)[number]
