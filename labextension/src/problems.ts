/** A request that gave no answer. */

import type { IChoice, IProblem } from './tokens';

/** `Stopped` is the kind of one that was stopped here. */
export class Problem extends Error implements IProblem {
  constructor(
    message: string,
    readonly hint: string,
    readonly kind: string,
    readonly choices: readonly IChoice[] = []
  ) {
    super(message);
  }
}

/** Problems are shown; a bug goes on its way to the browser's console. */
export function problemOf(error: unknown): IProblem {
  if (error instanceof Problem) {
    return error;
  }
  throw error;
}
