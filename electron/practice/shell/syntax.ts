/** What a script of the practice shell means: the tree that `parse.ts` makes and `interpreter.ts` runs. */

/** What `${name...}` does beside naming: `-=?+` with a word in place, `%` and `#` cut off what a pattern matches. */
export type ParameterOperator = "-" | "=" | "?" | "+" | "%" | "%%" | "#" | "##";
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: "variable";
      readonly name: string;
      readonly change:
        | { readonly operator: ParameterOperator; readonly colon: boolean; readonly word: Word }
        | "length"
        | null;
      readonly quoted: boolean;
    }
  | { readonly kind: "output"; readonly script: Script; readonly quoted: boolean }
  | { readonly kind: "arithmetic"; readonly expression: Word; readonly quoted: boolean };
export type Word = readonly Part[];
export interface Redirect {
  readonly fd: number;
  /** `<<` reads the target itself. */
  readonly op: "<" | ">" | ">>" | ">&" | "<&" | "&>" | "<<";
  readonly target: Word;
}
export type Command =
  | {
      readonly kind: "plain";
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "group";
      /** In parentheses: what it changes in the shell ends with it. */
      readonly subshell: boolean;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "if";
      readonly arms: readonly { readonly test: Script; readonly body: Script }[];
      readonly otherwise: Script | null;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "loop";
      readonly until: boolean;
      readonly test: Script;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly items: readonly Word[] | null;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "case";
      readonly subject: Word;
      readonly arms: readonly { readonly patterns: readonly Word[]; readonly body: Script }[];
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly body: Command;
      readonly redirects: readonly Redirect[];
    };
export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
  /** How it hangs on the one before: always, only after success, only after failure. */
  readonly after: ";" | "&&" | "||";
  /** Not waited for. */
  readonly background: boolean;
}
export type Script = readonly Pipeline[];

/** What is wrong with a script; `incomplete` when more lines could mend it. */
export class SyntaxFault extends Error {
  readonly incomplete: boolean;

  constructor(message: string, incomplete = false) {
    super(message);
    this.incomplete = incomplete;
  }
}
