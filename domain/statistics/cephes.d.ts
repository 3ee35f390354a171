// cephes ships types, but its export map hides them from `import`. Only what this folder uses is declared.
declare module 'cephes' {
  /** Settles when the WebAssembly program can be called; calling a function earlier throws. */
  export const compiled: Promise<void>;
  /** Regularized upper incomplete gamma function Q(a, x). */
  export function igamc(a: number, x: number): number;
  /** Inverse of the standard normal distribution function; `y` in (0, 1). */
  export function ndtri(y: number): number;
}
