type Random = () => number;

/** From this mean on, a Poisson number is drawn as a rounded normal one: no rule can tell. */
const LARGE_MEAN = 50;

/** A number of requests with this mean (Knuth's product of uniforms; a rounded normal for large means). */
export function drawPoisson(random: Random, mean: number): number {
  if (mean > LARGE_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > end; product *= random()) count++;
  return count;
}

/** How many of `n` happen when each does with this probability: jumps from one to the next that does. */
function drawBinomial(random: Random, n: number, probability: number): number {
  if (probability > 0.5) return n - drawBinomial(random, n, 1 - probability);
  if (probability <= 0) return 0;
  const perJump = Math.log1p(-probability);
  let count = -1;
  for (let at = 0; at <= n; count++) at += 1 + Math.floor(Math.log1p(-random()) / perJump);
  return count;
}

/**
 * How many of `n` happen when they resemble each other: a beta-binomial number of mean `n · share`, with any two of
 * them correlated by `correlation` in (0, 1). Its variance is 1 + (n − 1) · correlation times that of a binomial one.
 */
export function drawBetaBinomial(random: Random, n: number, share: number, correlation: number): number {
  if (n === 0 || share <= 0) return 0;
  if (share >= 1) return n;
  const weight = 1 / correlation - 1;
  const happens = drawGamma(random, share * weight);
  return drawBinomial(random, n, happens / (happens + drawGamma(random, (1 - share) * weight)));
}

/** A factor of mean 1 and this coefficient of variation, gamma distributed. */
export function drawFactor(random: Random, variation: number): number {
  const shape = 1 / variation ** 2;
  return drawGamma(random, shape) / shape;
}

/** A gamma number of this shape and scale 1 (Marsaglia and Tsang 2000; below 1 by their power of a uniform). */
function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A standard normal number (Box and Muller). */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
