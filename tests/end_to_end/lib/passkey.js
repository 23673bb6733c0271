// A device that keeps passkeys, as Chromium plays one: it verifies its user and asks nobody.

// Puts it into a page. What another page's device kept can be put into it, as a person takes the
// same telephone from one computer to the next.
export async function device(page, credentials = []) {
  const channel = await page.context().newCDPSession(page);
  await channel.send('WebAuthn.enable');
  const { authenticatorId } = await channel.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  const add = (credential) => channel.send('WebAuthn.addCredential', { authenticatorId, credential });
  for (const credential of credentials) await add(credential);
  return {
    credentials: async () =>
      (await channel.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    // Whether its user is recognised; without it a device shows presence only.
    verifies: (isUserVerified) =>
      channel.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

// The one button that asks for a passkey, in either language.
export const asks = (page) => page.locator('form[data-llave] button');

// Presses it and waits for the page that answers.
export async function sign(page) {
  await Promise.all([page.waitForEvent('load'), asks(page).click()]);
}

// Opens an invitation and registers a passkey in the page's device.
export async function enrol(page, link) {
  await page.goto(link);
  await sign(page);
}
