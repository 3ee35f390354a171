import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Options of a command line. `--help` prints the usage and ends the process with 0; an option that is not known, or
 * lacks its value, prints what is wrong and the usage and ends it with 2.
 */
export function readOptions<const T extends Options>(usage: string, options: T) {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : 'wrong options'}\n\n${usage}`);
    process.exit(2);
  }
}
