/** Text as Markdown that shows it as it is. */

export const escaped = (line: string): string => line.replace(/[\\`*_{}[\]()#+\-.!~<>|&]/g, '\\$&');
