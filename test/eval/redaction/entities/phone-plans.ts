import type { LocaleId } from '../document.ts';

/** How a region's numbers look. In masks `x` is any digit, in formats `#` the next digit of the national number. */
export interface PhonePlan {
  readonly callingCode: string;
  /** National significant numbers: ranges kept for fiction where there are some, else around the examples in libphonenumber. */
  readonly numbers: readonly string[];
  /** Written with separators: any reader sees a phone number. `0` is the trunk prefix. */
  readonly national: readonly string[];
  /** Without separators, so only a word beside it tells. */
  readonly compact: string;
  /** Digits of an international form, after the calling code. */
  readonly international: readonly string[];
}

const FR_PAIRS = ['# ## ## ## ##', '#.##.##.##.##'];

/**
 * The plans of each locale. US: 555-01xx; GB: Ofcom's drama numbers on land lines (the metadata know no mobile ones);
 * DE: BNetzA's; FR: ARCEP's; the others, near the examples.
 */
export const PHONE_PLANS: Readonly<Record<LocaleId, readonly PhonePlan[]>> = {
  'en-US': [
    {
      callingCode: '1',
      numbers: ['20255501xx', '41555501xx', '21255501xx', '30555501xx', '61755501xx', '80855501xx'],
      national: [
        '(###) ###-####',
        '###-###-####',
        '### ### ####',
        '###.###.####',
        '1-###-###-####',
        '(###)###-####',
        '1 (###) ###-####',
        '###/###-####',
      ],
      compact: '##########',
      international: [' ### ### ####', '-###-###-####', ' (###) ###-####', '##########', '.###.###.####'],
    },
  ],
  'en-GB': [
    {
      callingCode: '44',
      numbers: ['20794609xx', '20794600xx'],
      national: ['0## #### ####', '(0##) #### ####', '0##-####-####', '0## ########'],
      compact: '0##########',
      international: [' ## #### ####', '##########', ' (0)## #### ####', '-##-####-####'],
    },
    {
      callingCode: '44',
      numbers: ['74001234xx', '79111234xx', '16149600xx', '11349600xx', '19090188xx'],
      national: ['0#### ######', '0#### ### ###', '(0####) ######', '0####-######'],
      compact: '0##########',
      international: [' #### ######', '##########', ' #### ### ###', ' (0) #### ######'],
    },
  ],
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
  'pt-BR': [
    {
      callingCode: '55',
      numbers: ['119612xxxxx', '219612xxxxx', '319912xxxxx'],
      national: ['(##) #####-####', '## #####-####', '(##) # ####-####', '(0##) #####-####', '## ##### ####'],
      compact: '###########',
      international: [' ## #####-####', '###########', ' (##) #####-####', '-##-#####-####'],
    },
    {
      callingCode: '55',
      numbers: ['112345xxxx', '213123xxxx'],
      national: ['(##) ####-####', '## ####-####', '(##)####-####'],
      compact: '##########',
      international: [' ## ####-####', '##########', ' (##) ####-####'],
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
  ja: [
    {
      callingCode: '81',
      numbers: ['901234xxxx', '801234xxxx'],
      national: ['0##-####-####', '0## #### ####', '0##(####)####'],
      compact: '0##########',
      international: ['-##-####-####', ' ## #### ####', '##########'],
    },
    {
      callingCode: '81',
      numbers: ['31234xxxx', '61234xxxx'],
      national: ['0#-####-####', '(0#) ####-####', '0#(####)####'],
      compact: '0#########',
      international: ['-#-####-####', ' # #### ####', '#########'],
    },
  ],
};
