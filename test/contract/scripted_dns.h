// The scripted DNS server of test/lab as a child process, and a resolv.conf that names it.
#pragma once

#include <string>

#include "contract/child.h"
#include "core/text.h"

namespace agent {

class ScriptedDns {
 public:
  ScriptedDns() : server_({"/usr/bin/python3", "-m", "lab.dns_script", "--listen", "127.0.0.1:0"}, TEST_DIR) {
    address_ = "127.0.0.1:" + server_.read_line();
    put_file(resolv_conf(), cat("nameserver ", address_, "\nsearch wrong.example\noptions ndots:5\n"));
  }

  // One command of its stdin language; returns its answer.
  std::string tell(const std::string& command) {
    server_.write_line(command);
    const auto answer = server_.read_line();
    if (answer.starts_with("error")) {
      throw std::runtime_error(answer);
    }
    return answer;
  }
  int count(const std::string& name) { return std::stoi(tell("count " + name)); }
  void end() { server_.end(); }

  const std::string& address() const { return address_; }
  std::string resolv_conf() const { return directory_.path("resolv.conf"); }

 private:
  TempDir directory_;
  Child server_;
  std::string address_;
};

}  // namespace agent
