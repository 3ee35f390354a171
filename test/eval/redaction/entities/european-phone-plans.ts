import type { LocaleId } from '../document.ts';
import type { PhonePlan } from './phone-plan.ts';

const FR_PAIRS = ['# ## ## ## ##', '#.##.##.##.##'];

/** The plans of the continent. DE: ranges that BNetzA keeps for fiction; FR: ARCEP's; the others, near the examples. */
export const EUROPEAN_PHONE_PLANS = {
  de: [
    {
      callingCode: '49',
      numbers: ['3023125xxx', '4066969xxx', '6990009xxx', '8999998xxx'],
      national: [
        '0##/########',
        '0## ########',
        '(0##) ########',
        '0##-########',
        '(0##) ### ## ###',
        '0## / ### ## ###',
      ],
      compact: '0##########',
      international: [' ## ########', '##########', ' (0)## ########', ' (0) ## ### ## ###', '-##-########'],
    },
    {
      callingCode: '49',
      numbers: ['17139200xx'],
      national: ['0### #######', '0###/#######', '0###-#######', '0### ### ####'],
      compact: '0##########',
      international: [' ### #######', '##########', ' (0)### #######', ' ### ### ## ##'],
    },
    {
      callingCode: '49',
      numbers: ['176040690xx', '152288173xx'],
      national: ['0### ########', '0###/########', '0###-########', '0### ### ### ##', '0#### #######'],
      compact: '0###########',
      international: [' ### ########', '###########', ' (0)### ########', ' #### #######'],
    },
  ],
  fr: [
    {
      callingCode: '33',
      numbers: ['19900xxxx', '26191xxxx', '35301xxxx', '46571xxxx', '53649xxxx', '63998xxxx'],
      national: FR_PAIRS.map((pairs) => `0${pairs}`).concat('0#-##-##-##-##', '0# ########', '0# ## ## ####'),
      compact: '0#########',
      international: [
        ' # ## ## ## ##',
        '#########',
        ' (0)# ## ## ## ##',
        '.#.##.##.##.##',
        ' (0) # ## ## ## ##',
      ],
    },
  ],
  es: [
    {
      callingCode: '34',
      numbers: ['61234xxxx', '81012xxxx', '91234xxxx', '93123xxxx', '71234xxxx'],
      national: ['### ### ###', '### ## ## ##', '###-###-###', '###.###.###'],
      compact: '#########',
      international: [' ### ### ###', '#########', ' ### ## ## ##', '-###-###-###'],
    },
  ],
  it: [
    {
      callingCode: '39',
      numbers: ['31234xxxxx', '34712xxxxx', '02123xxxxx', '06123xxxxx'],
      national: ['### #######', '### ### ####', '###-#######', '###.#######', '### ## ## ###'],
      compact: '##########',
      international: [' ### #######', '##########', ' ### ### ####', '-###-#######'],
    },
  ],
  nl: [
    {
      callingCode: '31',
      numbers: ['61234xxxx', '10123xxxx', '20123xxxx'],
      national: ['0##-#######', '0## #######', '0## ### ## ##', '(0##) #######', '0##-### ## ##'],
      compact: '0#########',
      international: [' ## #######', '#########', ' (0)## #######', '-##-#######', ' # ########'],
    },
  ],
  pl: [
    {
      callingCode: '48',
      numbers: ['51234xxxx', '60112xxxx'],
      national: ['### ### ###', '###-###-###'],
      compact: '#########',
      international: [' ### ### ###', '#########', '-###-###-###'],
    },
    {
      callingCode: '48',
      numbers: ['12345xxxx', '22123xxxx'],
      national: ['## ### ## ##', '(##) ### ## ##', '##-###-##-##'],
      compact: '#########',
      international: [' ## ### ## ##', '#########', ' (##) ### ## ##'],
    },
  ],
} satisfies Partial<Record<LocaleId, readonly PhonePlan[]>>;
