// The one policy by which a script may be started from an address: only our own files are.
const policy = globalThis.trustedTypes?.createPolicy("boutique", {
  createScriptURL(address) {
    if (new URL(address, location.href).origin !== location.origin) throw new TypeError(`not a script of ours: ${address}`);
    return address;
  },
});

export const trusted = (address) => (policy ? policy.createScriptURL(String(address)) : String(address));
