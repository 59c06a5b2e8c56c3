/**
 * The text of MESSAGE, as !ERROR_STATE.MSG has it.
 *
 * @module
 */

/** What stands behind an error that a program made itself: the routine and the text. */
export class IdlMessage extends Error {}
