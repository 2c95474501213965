/** What can be told of a page's looks without a person: run in the page, as functions of nothing else. */

export interface Poor {
  text: string;
  ratio: number;
}

/**
 * Texts under `selector` whose contrast with what is behind them is less than `least` (WCAG 2.2, 1.4.3).
 * What is dimmed by opacity is left out: that is said in other ways, too.
 */
export function poorContrast([selector, least]: [string, number]): Poor[] {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  /** Any colour that CSS knows, over what is there. */
  const paint = (colours: string[]): number[] => {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb: number[]): number => {
    const linear = rgb.map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const [red = 0, green = 0, blue = 0] = linear;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ancestors = (element: Element): Element[] => {
    const above = element.parentElement;
    return above ? [...ancestors(above), element] : [element];
  };
  const poor: Poor[] = [];
  for (const element of document.querySelectorAll(selector)) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent?.trim()).join('');
    if (!text || !element.checkVisibility({ opacityProperty: true })) continue;
    const styles = ancestors(element).map((above) => getComputedStyle(above));
    if (styles.some(({ opacity }) => Number(opacity) < 1)) continue;
    const behind = styles.map(({ backgroundColor }) => backgroundColor);
    const back = luminance(paint(behind));
    const front = luminance(paint([...behind, getComputedStyle(element).color]));
    const ratio = (Math.max(back, front) + 0.05) / (Math.min(back, front) + 0.05);
    if (ratio < least) poor.push({ text: text.slice(0, 40), ratio: Number(ratio.toFixed(2)) });
  }
  return poor;
}

/** Controls that a screen reader could say nothing of, and rows and tabs outside of what they belong to. */
export function unnamed(): string[] {
  const wrong: string[] = [];
  const nameOf = (element: HTMLElement): string =>
    element.getAttribute('aria-label') ?? (element.innerText.trim() || element.title);
  for (const control of document.querySelectorAll<HTMLElement>('button, [role="tab"], summary')) {
    if (control.checkVisibility() && !nameOf(control)) wrong.push(control.outerHTML.slice(0, 120));
  }
  const homes = { tab: 'tablist', row: 'grid"], [role="treegrid"], [role="table', gridcell: 'row' };
  for (const [role, home] of Object.entries(homes)) {
    for (const element of document.querySelectorAll(`[role="${role}"]`)) {
      if (!element.parentElement?.closest(`[role="${home}"]`))
        wrong.push(`${role} outside ${home}`);
    }
  }
  return wrong;
}
