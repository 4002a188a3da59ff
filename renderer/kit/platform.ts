/** Decides whose keys are shown and listened to: a Mac's, or everybody else's. */

export const isMac = navigator.platform.startsWith("Mac");

/** The key of commands, as it is written on the keyboard. */
export const commandKey = isMac ? "Cmd" : "Ctrl";
