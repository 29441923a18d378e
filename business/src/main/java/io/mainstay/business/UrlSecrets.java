package io.mainstay.business;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of messages of drivers what an address has in it that nobody should see. */
final class UrlSecrets {
  private static final Pattern NAMED =
      Pattern.compile("(?i)[a-z.]*(?:password|passwd|pwd|secret|token|key)[a-z.]*=([^&;,)]+)");
  private static final Pattern USER = Pattern.compile("/(?:/)?[^/@:?]*[:/]([^/@?]+)@");

  private UrlSecrets() {}

  /** The message without the address and without the secrets in it. */
  static String hide(String url, String message) {
    String shown = message.replace(url, "the address");
    for (Pattern pattern : new Pattern[] {NAMED, USER}) {
      Matcher found = pattern.matcher(url);
      while (found.find()) {
        shown = shown.replace(found.group(1), "…");
      }
    }
    return shown;
  }
}
