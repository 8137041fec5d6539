// A directory in which a test puts files and breaks things, simulated or real, behind one set of words.
#pragma once

#include <memory>
#include <string>

#include "ports/files.h"

namespace agent {

class FilesLab {
 public:
  FilesLab() = default;
  FilesLab(const FilesLab&) = delete;
  FilesLab& operator=(const FilesLab&) = delete;
  virtual ~FilesLab() = default;

  virtual Files& files() = 0;
  virtual std::string path(const std::string& name) const = 0;
  virtual void put(const std::string& path, const std::string& text, unsigned mode) = 0;
  virtual void remove(const std::string& path) = 0;
  virtual void make_directory(const std::string& path) = 0;
  virtual void link(const std::string& path, const std::string& target) = 0;
  virtual bool is_link(const std::string& path) const = 0;
  virtual std::string text(const std::string& path) const = 0;
  virtual unsigned mode(const std::string& path) const = 0;
  // The names beside it: nothing may be left behind.
  virtual int entries(const std::string& directory) const = 0;

  // A file that holds `text` where writing fails so, from now on; an empty path where this machine cannot do it.
  virtual std::string unwritable(FileError::Kind kind, const std::string& text) = 0;
};

std::unique_ptr<FilesLab> sim_files();
std::unique_ptr<FilesLab> real_files();

}  // namespace agent
