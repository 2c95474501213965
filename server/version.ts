/** The version of `package.json`, put here by the build. */
export const VERSION: string = process.env.PREFORK_VERSION ?? '0.0.0';
