import { groupThousands, type Locale } from './locale.ts';

export const ja: Locale = {
  labels: {
    email: ['メールアドレス', 'メール'],
    card: ['クレジットカード', 'カード番号'],
    iban: ['IBAN', '口座'],
    ssn: ['SSN', '米国社会保障番号（SSN）'],
    ip: ['IPアドレス', 'IP'],
    key: ['APIキー', 'パスワード', 'トークン'],
    phone: ['電話番号', '携帯', '電話'],
    'url-credential': ['接続先URL', 'リポジトリのURL'],
  },
  cued: [
    '私の{label}は{value}です。',
    '{label}を{value}に変更してください。',
    '{label}：{value}。',
    'お客様の{label}は「{value}」とのことです。',
    '{label}（{value}）は拒否されました。',
  ],
  neutral: [
    'フォームから{value}が届きました。',
    '「{value}」とだけ書かれていました。',
    '今朝 {value} から転送されました。',
    '{value}は登録済みですか？',
  ],
  calls: [
    '電話は{value}までお願いします。',
    '携帯電話 {value} におかけください。',
    'TEL: {value}（平日のみ）',
  ],
  filler: [
    'この申請は規則12により却下されました。',
    'ほかに変更はありません。',
    'ご確認をお願いいたします。',
  ],
  facts: [
    '値は{fact}です。',
    '詳細は{fact}を参照。',
    '報告書には {fact} とあります。',
    '{fact}を二回測定しました。',
  ],
  day: ['{y}年{m}月{d}日', '{y}/{m}/{d}'],
  price: (whole) => `¥${groupThousands(whole, ',')}`,
};
