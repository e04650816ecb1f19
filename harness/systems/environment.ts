// How a drill names a secret: by the environment variable that holds it.
import { z } from 'zod';

export const environmentVariable = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable, in capitals');
