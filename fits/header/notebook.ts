/** How objects show themselves in notebooks: Deno's Jupyter kernel asks them by a symbol. */

/** What is shown, by media types; PNG as Base64. */
export type NotebookBundle = Readonly<Record<string, string>>;

/**
 * Makes an object, or all of a class by its prototype, show itself in notebooks. The property is
 * not among those that are counted: copies and comparisons do not see it.
 *
 * @param target The object, or the prototype.
 * @param display Makes what is shown.
 */
export function showInNotebooks<T extends object>(
  target: T,
  display: (self: T) => NotebookBundle | Promise<NotebookBundle>,
): void {
  Object.defineProperty(target, Symbol.for("Jupyter.display"), {
    value(this: T) {
      return display(this);
    },
    configurable: true,
    writable: true,
  });
}

/** Text within HTML: nothing of a file becomes markup. */
export function escapedHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
