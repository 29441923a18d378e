package io.mainstay.model.spec;

import java.util.Locale;

/**
 * What else is run anew once an instance that failed is ready again. The names are those of
 * supervisors in OTP.
 */
public enum GroupStrategy {
  /** Nothing. */
  ONE_FOR_ONE,
  /** The other instances of the service, then the services that depend on it. */
  ONE_FOR_ALL,
  /** The services that depend on it, directly or through others, in that order. */
  REST_FOR_ONE;

  /** The kebab-case name that users write. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
