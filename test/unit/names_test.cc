#include "core/names.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/case_name.h"

namespace agent {
namespace {

std::string show(const PartialDomain& domain) {
  return domain.service.value_or("?") + ' ' + domain.ns.value_or("?") + ' ' + domain.cluster.value_or("?");
}

// As the kubelet writes it for a dual-stack pod with hostAliases.
const std::string kKubelet =
    "# Kubernetes-managed hosts file.\n"
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "fe00::0\tip6-mcastprefix\n"
    "fe00::1\tip6-allnodes\n"
    "fe00::2\tip6-allrouters\n"
    "10.244.1.7\tredis-1.redis.default.svc.cluster.local\tredis-1\n"
    "fd00:10:244:1::7\tredis-1.redis.default.svc.cluster.local\tredis-1\n"
    "\n"
    "# Entries added by HostAliases.\n"
    "10.9.9.9\tredis-10\tbackup.example.com\n"
    "10.9.9.10\tredis-11.other.elsewhere.svc.example.org\tredis-1-old.redis.default.svc.cluster.local\n";

struct Hosts {
  std::string name;
  std::string pod;
  std::string text;
  std::string domain;  // service, namespace, cluster domain
  std::string addresses;
};

class NamesHosts : public testing::TestWithParam<Hosts> {};

TEST_P(NamesHosts, ThePodsOwnLines) {
  const auto entry = read_hosts(GetParam().text, GetParam().pod);
  EXPECT_EQ(show(entry.domain), GetParam().domain);
  EXPECT_EQ(to_text(entry.addresses), GetParam().addresses);
}

INSTANTIATE_TEST_SUITE_P(
    All, NamesHosts,
    testing::Values(
        Hosts{"Kubelet", "redis-1", kKubelet, "redis default cluster.local", "10.244.1.7, fd00:10:244:1::7"},
        Hosts{"PodThatIsAPrefix", "redis-10", kKubelet, "? ? ?", "10.9.9.9"},
        Hosts{"NameInAHostAlias", "redis-11", kKubelet, "other elsewhere example.org", "10.9.9.10"},
        Hosts{"NotThere", "redis-2", kKubelet, "? ? ?", ""},
        Hosts{"Docker", "redis-0", "172.18.0.2\tredis-0.redis.default.svc.cluster.local redis-0\n",
              "redis default cluster.local", "172.18.0.2"},
        Hosts{"ShortNameFirst", "redis-0", "172.18.0.2 redis-0 redis-0.redis.default.svc.cluster.local",
              "redis default cluster.local", "172.18.0.2"},
        Hosts{"ClusterDomainOfManyLabels", "r-0", "10.0.0.1 r-0.s.ns.svc.k8s.eu-1.example.com r-0",
              "s ns k8s.eu-1.example.com", "10.0.0.1"},
        Hosts{"ClusterDomainOfOneLabel", "r-0", "10.0.0.1 r-0.s.ns.svc.local", "s ns local", "10.0.0.1"},
        Hosts{"NoClusterDomain", "r-0", "10.0.0.1 r-0.s.ns.svc.\n", "s ns ?", "10.0.0.1"},
        Hosts{"NoSvc", "r-0", "10.0.0.1 r-0.s.ns.cluster.local\n", "? ? ?", "10.0.0.1"},
        Hosts{"SvcTooEarly", "r-0", "10.0.0.1 r-0.s.svc.cluster.local\n", "? ? ?", "10.0.0.1"},
        Hosts{"EverythingIsCalledSvc", "svc-0", "10.0.0.1 svc-0.svc.svc.svc.svc\n", "svc svc svc", "10.0.0.1"},
        Hosts{"NoServiceOnlyTheHostname", "redis-0", "10.0.0.1\tredis-0\n", "? ? ?", "10.0.0.1"},
        Hosts{"TrailingDot", "r-0", "10.0.0.1 r-0.s.ns.svc.cluster.local. r-0\n", "s ns cluster.local", "10.0.0.1"},
        Hosts{"EmptyLabel", "r-0", "10.0.0.1 r-0..ns.svc.cluster.local\n", "? ? ?", "10.0.0.1"},
        Hosts{"BadClusterDomain", "r-0", "10.0.0.1 r-0.s.ns.svc.clus_ter\n", "s ns ?", "10.0.0.1"},
        Hosts{"TheFirstFullNameCounts", "r-0", "10.0.0.1 r-0\n10.0.0.1 r-0.a.b.svc.c\n10.0.0.2 r-0.d.e.svc.f\n",
              "a b c", "10.0.0.1, 10.0.0.2"},
        Hosts{"SameAddressTwice", "r-0", "10.0.0.1 r-0\n::ffff:10.0.0.1 r-0 r-0.s.ns.svc.c\n", "s ns c", "10.0.0.1"},
        Hosts{"LoopbackIsNoAddressOfThePod", "r-0", "127.0.1.1 r-0.s.ns.svc.c r-0\n::1 r-0\n10.0.0.1 r-0\n", "? ? ?",
              "10.0.0.1"},
        Hosts{"CommentedOut", "r-0", "#10.0.0.1 r-0\n10.0.0.2 db # r-0\n", "? ? ?", ""},
        Hosts{"CommentBehind", "r-0", "10.0.0.1 r-0#first\n", "? ? ?", "10.0.0.1"},
        Hosts{"CrLfAndBlanks", "r-0", "\r\n  10.0.0.1   r-0.s.ns.svc.c\t r-0\r\n", "s ns c", "10.0.0.1"},
        Hosts{"NotAnAddress", "r-0", "r-0 r-0.s.ns.svc.c\n10.0.0.300 r-0\nfe80::1%eth0 r-0\n", "? ? ?", ""},
        Hosts{"PodCalledAsAnAddress", "10", "10.0.0.1 db\n", "? ? ?", ""}, Hosts{"Empty", "r-0", "", "? ? ?", ""},
        Hosts{"NoPod", "", kKubelet, "? ? ?", ""}),
    kCaseName);

struct Search {
  std::string name;
  std::string text;
  std::string domain;
};

class NamesSearch : public testing::TestWithParam<Search> {};

TEST_P(NamesSearch, NamespaceAndClusterDomain) {
  EXPECT_EQ(show(read_search_list(GetParam().text)), GetParam().domain);
}

INSTANTIATE_TEST_SUITE_P(
    All, NamesSearch,
    testing::Values(Search{"Kubelet",
                           "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n"
                           "options ndots:5\n",
                           "? default cluster.local"},
                    Search{"CloudDomainsBehind",
                           "nameserver 10.96.0.10\n"
                           "search ns.svc.cluster.local svc.cluster.local cluster.local eu-west-1.compute.internal\n",
                           "? ns cluster.local"},
                    Search{"CloudDomainsBefore",
                           "search eu-west-1.compute.internal ns.svc.k8s.example.com svc.k8s.example.com\n",
                           "? ns k8s.example.com"},
                    Search{"WithoutTheNamespace", "search svc.cluster.local cluster.local\n", "? ? ?"},
                    Search{"NamespaceCalledSvc", "search svc.svc.cluster.local svc.cluster.local cluster.local\n",
                           "? svc cluster.local"},
                    Search{"TheLastListCounts", "search a.svc.b\nsearch c.svc.d\n", "? c d"},
                    Search{"TheLastListCountsThoughItSaysNothing", "search a.svc.b\nsearch example.com\n", "? ? ?"},
                    Search{"Domain", "domain a.svc.b\n", "? a b"},
                    Search{"TrailingDots", "search a.svc.b. svc.b. b.\n", "? a b"},
                    Search{"TabsCrLfAndComment", "search\ta.svc.b\tb ; for tests\r\n", "? a b"},
                    Search{"CommentedOut", "#search a.svc.b\n; search a.svc.b\n", "? ? ?"},
                    Search{"NothingBehindSvc", "search a.svc\n", "? ? ?"}, Search{"EmptyList", "search\n", "? ? ?"},
                    Search{"Dot", "search .\n", "? ? ?"}, Search{"HostNetwork", "search fritz.box\n", "? ? ?"},
                    Search{"Empty", "", "? ? ?"}),
    kCaseName);

std::vector<std::string> servers_in(std::string_view resolv_conf) {
  std::vector<std::string> found;
  for (const auto& server : read_nameservers(resolv_conf)) {
    found.push_back(to_text(Endpoint(server)));
  }
  return found;
}

TEST(Names, NameserversInTheirOrder) {
  using Servers = std::vector<std::string>;
  EXPECT_EQ(servers_in("nameserver 10.96.0.10\n"), Servers{"10.96.0.10:53"});
  EXPECT_EQ(servers_in("search a.b\nnameserver\tfd00:0::A\nnameserver 10.96.0.10 # second\r\n"
                       "options ndots:5\nnameserver 127.0.0.11"),
            (Servers{"[fd00::a]:53", "10.96.0.10:53", "127.0.0.11:53"}));
  EXPECT_EQ(servers_in("nameserver 127.0.0.1:5353 # x\nnameserver [::1]:54"), (Servers{"127.0.0.1:5353", "[::1]:54"}));
  EXPECT_EQ(servers_in("nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n"),
            (Servers{"10.0.0.1:53", "10.0.0.2:53", "10.0.0.3:53"}));
  EXPECT_EQ(servers_in("nameserver dns.example.com\nnameserver\nnameserver fe80::1%eth0\nnameserver unix:/x\n"
                       "#nameserver 1.1.1.1\n;nameserver 1.1.1.1\nnameservers 1.1.1.2\nnameserver 1.1.1.3"),
            Servers{"1.1.1.3:53"});
  EXPECT_EQ(servers_in(""), Servers{});
}

TEST(Names, TheFirstKnownPieceOfEachKind) {
  const PartialDomain flags{.service = {}, .ns = {}, .cluster = "corp.example"};
  const PartialDomain hosts{.service = "redis", .ns = {}, .cluster = "cluster.local"};
  const PartialDomain search{.service = {}, .ns = "default", .cluster = "other.local"};
  EXPECT_EQ(show(first_known({flags, hosts, search})), "redis default corp.example");
  EXPECT_EQ(show(first_known({search, hosts, flags})), "redis default other.local");
  EXPECT_EQ(show(first_known({flags})), "? ? corp.example");
  EXPECT_EQ(show(first_known({})), "? ? ?");
}

}  // namespace
}  // namespace agent
