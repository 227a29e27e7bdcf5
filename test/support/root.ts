/** Why a test that becomes another user cannot run, if it cannot. */
export const skipWithoutRoot: string | false =
  process.getuid?.() === 0 ? false : 'needs root, to become another user';

/** A user and group that every Unix has, with nothing of its own. */
export const NOBODY = 65534;
