// Machine readable zones for people who do not exist (Doc 9303-3 §4.9: weights 7, 3, 1).

const value = (c) => (c === '<' ? 0 : c >= 'A' ? c.charCodeAt(0) - 55 : Number(c));

export const digit = (text) =>
  String([...text].reduce((sum, c, at) => sum + value(c) * [7, 3, 1][at % 3], 0) % 10);

// A passport (TD3). Dates are YYMMDD.
export function passport({ issuer, surnames, given, number, birth, sex, expires }) {
  const names = `${surnames}<<${given}`.replaceAll(' ', '<');
  const first = `P<${issuer}${names}`.padEnd(44, '<').slice(0, 44);
  const doc = number.padEnd(9, '<');
  const optional = '<'.repeat(14);
  const second =
    doc + digit(doc) + issuer + birth + digit(birth) + sex + expires + digit(expires) + optional + '<';
  const covered = second.slice(0, 10) + second.slice(13, 20) + second.slice(21, 43);
  return `${first}\n${second}${digit(covered)}`;
}

export const MARIA = passport({
  issuer: 'GTM',
  surnames: 'XITUMUL DE LEON',
  given: 'MARIA KABEL',
  number: '204518763',
  birth: '900531',
  sex: 'F',
  expires: '310519',
});

// A country that the demonstration's rule does not cover.
export const TOMAS = passport({
  issuer: 'NIC',
  surnames: 'LOPEZ RAMIREZ',
  given: 'TOMAS',
  number: 'C01984421',
  birth: '850212',
  sex: 'M',
  expires: '290211',
});
