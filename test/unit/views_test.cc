#include "core/views.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(Contact, isTheFirstWordOfAnError) {
  const std::pair<const char*, Contact> cases[] = {
      {"LOADING Redis is loading the dataset in memory", Contact::loading},
      {"BUSY Redis is busy running a script.", Contact::busy},
      {"MISCONF Redis is configured to save RDB snapshots", Contact::misconf},
      {"NOAUTH Authentication required.", Contact::noauth},
      {"WRONGPASS invalid username-password pair or user is disabled.", Contact::wrongpass},
      {"ERR invalid password", Contact::wrongpass},
      {"NOPERM this user has no permissions", Contact::noperm},
      {"ERR unknown command", Contact::error},
      {"BUSYKEY Target key name already exists.", Contact::error},
      {"", Contact::error},
  };
  for (const auto& [text, contact] : cases) {
    EXPECT_EQ(contact_of_error(text), contact) << text;
  }
}

DnsView failed(DnsOutcome outcome) { return {.outcome = outcome, .complete = false, .addresses = {}}; }
DnsView found(std::vector<IpAddress> addresses) {
  return {.outcome = DnsOutcome::found, .complete = false, .addresses = std::move(addresses)};
}

TEST(Merge, anyAddressIsFound) {
  const auto both = merge(failed(DnsOutcome::servfail), found({{"fd00::1"}}));
  EXPECT_EQ(both.outcome, DnsOutcome::found);
  EXPECT_FALSE(both.complete) << "the other family is unknown";
  EXPECT_TRUE(merge(found({{"10.0.0.1"}}), failed(DnsOutcome::nodata)).complete);
}

TEST(Merge, addressesAreSortedAndSingle) {
  const auto both = merge(found({{"10.0.0.2"}, {"10.0.0.1"}, {"10.0.0.2"}}), found({{"fd00::1"}}));
  EXPECT_EQ(to_text(both.addresses), "10.0.0.1, 10.0.0.2, fd00::1");
}

TEST(Merge, absenceNeedsEveryFamily) {
  EXPECT_EQ(merge(failed(DnsOutcome::nxdomain), failed(DnsOutcome::nxdomain)).complete, true);
  const auto both = merge(failed(DnsOutcome::servfail), failed(DnsOutcome::nodata));
  EXPECT_EQ(both.outcome, DnsOutcome::servfail);
  EXPECT_FALSE(both.complete);
}

TEST(Merge, theFailureIsTold) {
  EXPECT_EQ(merge(failed(DnsOutcome::nxdomain), failed(DnsOutcome::timeout)).outcome, DnsOutcome::timeout);
  EXPECT_EQ(merge(failed(DnsOutcome::refused), failed(DnsOutcome::nodata)).outcome, DnsOutcome::refused);
  EXPECT_EQ(merge(failed(DnsOutcome::nxdomain), failed(DnsOutcome::nodata)).outcome, DnsOutcome::nodata);
}

}  // namespace
}  // namespace agent
