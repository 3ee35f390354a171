import type { LocaleId } from '../document.ts';
import { EUROPEAN_PHONE_PLANS } from './european-phone-plans.ts';
import type { PhonePlan } from './phone-plan.ts';

/**
 * The plans of each locale. US: 555-01xx; GB: Ofcom's drama numbers on land lines (the metadata know no mobile ones);
 * BR and JP: near the examples.
 */
export const PHONE_PLANS: Readonly<Record<LocaleId, readonly PhonePlan[]>> = {
  ...EUROPEAN_PHONE_PLANS,
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
