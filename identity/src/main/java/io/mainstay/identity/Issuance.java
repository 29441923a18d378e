package io.mainstay.identity;

/** What became of a request for a certificate. */
public sealed interface Issuance {
  /**
   * A certificate.
   *
   * @param certificate PEM
   */
  record Issued(String certificate) implements Issuance {}

  /**
   * None.
   *
   * @param reason what was wrong, and what was expected
   */
  record Refused(String reason) implements Issuance {}
}
