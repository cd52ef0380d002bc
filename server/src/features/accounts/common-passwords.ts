/**
 * Passwords that anyone would try first. Short words are ruled out by the length already; what remains are the
 * long ones of the well-known frequency lists, and what can be guessed from the account itself (ASVS 6.2.4, 6.2.11).
 */
const common = new Set(
  `12345678 123456789 1234567890 12345678910 0123456789 123123123 11111111 111111111 1111111111 00000000
   000000000 0000000000 87654321 987654321 9876543210 88888888 99999999 66666666 12341234 11223344 12121212
   123321123 147258369 789456123 741852963 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 1qaz2wsx
   1qaz2wsx3edc zaq12wsx qazwsxedc qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 asdfghjk
   asdfghjkl zxcvbnm1 zxcvbnm123 asdfasdf asdf1234 qweasdzxc password password1 password12 password123
   passw0rd p@ssw0rd p@ssword password! passwort passwort1 motdepasse contraseña changeme changeme1
   welcome1 welcome123 letmein1 letmein123 iloveyou iloveyou1 sunshine sunshine1 princess princess1
   football football1 baseball baseball1 basketball superman superman1 batman123 pokemon1 starwars
   starwars1 whatever trustno1 dragon123 monkey123 master123 shadow123 michael1 jennifer jordan23 computer
   computer1 internet samsung1 charlie1 mustang1 liverpool chelsea1 arsenal1 barcelona corvette midnight
   babygirl babygirl1 lovelove loveyou1 fuckyou1 abcd1234 abc12345 abcdefgh abcdefg1 a1b2c3d4 aa123456
   a12345678 a123456789 q123456789 admin123 admin1234 administrator root1234 test1234 testtest guest123
   default1 temp1234 secret123 hackme123 slipmat1 slipmat123 icecast1 hunter22 google123`.split(/\s+/),
);

/** True when the password is too easy to guess for this account. */
export function isTooCommon(password: string, account: { handle: string; email: string }): boolean {
  const lower = password.toLowerCase();
  const own = [
    account.handle.toLowerCase(),
    account.email.toLowerCase(),
    account.email.split('@')[0]?.toLowerCase(),
  ];
  return common.has(lower) || own.includes(lower) || /^(.)\1*$/u.test(password);
}
