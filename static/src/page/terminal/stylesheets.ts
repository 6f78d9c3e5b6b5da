/**
 * xterm.js writes <style> elements, which a strict Content-Security-Policy
 * does not apply. Rules made by script through a constructed style sheet are
 * allowed. redirectStyles makes the elements xterm creates pass their text on
 * to such sheets; it must run before a Terminal opens.
 */

let redirected = false;

export function redirectStyles(): void {
  if (redirected) {
    return;
  }
  redirected = true;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions): HTMLElement =>
    name.toLowerCase() === "style" ? sheetElement(create) : create(name, options)) as typeof document.createElement;
}

/** An inert element in whose place a constructed sheet holds the rules. */
function sheetElement(create: typeof document.createElement): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const element = create("template");
  const remove = element.remove.bind(element);
  Object.defineProperties(element, {
    textContent: { set: (text: string) => sheet.replaceSync(text) },
    innerText: { set: (text: string) => sheet.replaceSync(text) },
    sheet: { value: sheet },
    remove: {
      value: () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
        remove();
      },
    },
  });
  return element;
}
